/** Where a tick finds its parts. */
export interface BenchSetup {
  readonly storage: string;
  readonly table: string;
  readonly armUrl: string;
  readonly identityEnv: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  /** By the number in the channel's name. */
  readonly webhooks: readonly string[];
}
