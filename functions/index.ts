/** The app: every function registers itself when its file is loaded. */
import './registerOperation.ts';
import './listOperations.ts';
import './getOperation.ts';
import './untrackOperation.ts';
import './pollOperations.ts';
import './purgeHistory.ts';
import './health.ts';
