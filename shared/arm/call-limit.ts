/** One call to Azure takes at most this long, body included, in milliseconds. */
export const longestCallMs = 10_000;
