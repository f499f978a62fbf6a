/** The part of `process` that is looked at. */
interface Self {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ppid: number;
  emit(event: 'SIGTERM', signal: 'SIGTERM'): unknown;
}

/**
 * Ends this process with SIGTERM when the shell that npm runs it in is gone: npm passes a SIGTERM to
 * that shell only, which dies without passing it on.
 */
export function endWhenNpmEnds(self: Self): void {
  if (self.env['npm_lifecycle_event'] === undefined) return;
  const shell = self.ppid;
  const watch = setInterval(() => {
    if (self.ppid === shell) return;
    clearInterval(watch);
    self.emit('SIGTERM', 'SIGTERM');
  }, 500);
  watch.unref();
}
