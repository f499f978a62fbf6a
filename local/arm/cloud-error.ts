/** ARM's error body of every answer that is not a success. */
export interface CloudError {
  readonly error: { readonly code: string; readonly message: string };
}

/** ARM's error body. */
export function cloudError(code: string, message: string): CloudError {
  return { error: { code, message } };
}
