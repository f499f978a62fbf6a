import { createRoot, type Root } from '../shared/app.ts';

let root: Root | null = null;

/** The app of this process, put together from its environment on first use (nothing runs at import). */
export function theRoot(): Root {
  root ??= createRoot(process.env);
  return root;
}
