/** The port of the functions when `PORT` is not set, as with Azure Functions Core Tools. */
const defaultPort = 7071;

/**
 * Reads `PORT`.
 *
 * @throws when it is no port, or leaves none for the page behind it
 */
export function readPort(text: string | undefined): number {
  const port = text === undefined || text === '' ? defaultPort : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_534) {
    throw new Error(`PORT must be a number from 0 (any free port) to 65534, not "${text}".`);
  }
  return port;
}
