/**
 * Why the local product did not start, in words for the person who started it: one line where the
 * cause is known.
 */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `Port ${String(error.port)} is taken: is this running already? PORT=… takes others, for the functions that one and for the page the next.`;
  }
  // A child that said one line before it ended has said why.
  return error.message.replace(/:\n(?=[^\n]+$)/, ': ');
}
