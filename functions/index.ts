/** The app: every function registers itself when its file is loaded. */
import './registerOperation.ts';
import './listOperations.ts';
import './getOperation.ts';
import './untrackOperation.ts';
import './createWatch.ts';
import './listWatches.ts';
import './getWatch.ts';
import './deleteWatch.ts';
import './listChannels.ts';
import './retryChannel.ts';
import './pollOperations.ts';
import './purgeHistory.ts';
import './health.ts';
import './doctor.ts';
import './openapi.ts';
