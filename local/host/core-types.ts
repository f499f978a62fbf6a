/**
 * The slice of the module `@azure/functions-core` that a host has to know. The Node.js worker brings that
 * module with it, so no package declares it.
 * Source: `types-core/index.d.ts` of Azure/azure-functions-nodejs-library.
 */

/** Severity of a log line, as the Functions host names it. */
export type LogLevel =
  | 'trace'
  | 'debug'
  | 'information'
  | 'warning'
  | 'error'
  | 'critical'
  | 'none';

/** Who wrote a log line: the platform or the app. */
export type LogCategory = 'user' | 'system' | 'customMetric';

/** A value on its way between host and worker; exactly one member is set. */
export interface RpcTypedData {
  string?: string | null;
  json?: string | null;
  bytes?: Uint8Array | null;
  http?: RpcHttpData | null;
}

/** A wrapper that keeps "empty" and "absent" apart. */
export interface RpcNullable<T> {
  value?: T | null;
}

/** A request or a response. A response's `statusCode` is a decimal string. */
export interface RpcHttpData {
  method?: string | null;
  url?: string | null;
  nullableHeaders?: Record<string, RpcNullable<string>>;
  nullableParams?: Record<string, RpcNullable<string>>;
  nullableQuery?: Record<string, RpcNullable<string>>;
  statusCode?: string | null;
  headers?: Record<string, string> | null;
  cookies?: RpcHttpCookie[] | null;
  body?: RpcTypedData | null;
}

/** A cookie that a response sets. `none` means "no SameSite attribute", `explicitNone` means `SameSite=None`. */
export interface RpcHttpCookie {
  name?: string | null;
  value?: string | null;
  domain?: RpcNullable<string> | null;
  path?: RpcNullable<string> | null;
  expires?: RpcNullable<{ seconds?: number | null }> | null;
  secure?: RpcNullable<boolean> | null;
  httpOnly?: RpcNullable<boolean> | null;
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone' | null;
  /** Seconds. */
  maxAge?: RpcNullable<number> | null;
}

/** One trigger, input or output of a function, with the options it was registered with. */
export interface BindingInfo {
  [option: string]: unknown;
  type?: string | null;
  direction?: string | null;
}

/** What the library registers for one function. */
export interface FunctionMetadata {
  name: string;
  bindings: Record<string, BindingInfo>;
}

/** A handler: the inputs first, the invocation context last. */
export type FunctionCallback = (...args: unknown[]) => unknown;

/** What the host passes to the library about one invocation. */
export interface CoreInvocationContext {
  invocationId: string;
  request: {
    invocationId: string;
    inputData: { name: string; data: RpcTypedData }[];
    triggerMetadata: Record<string, RpcTypedData>;
  };
  metadata: FunctionMetadata;
  state?: 'preInvocationHooks' | 'postInvocationHooks' | 'invocation';
  log: (level: LogLevel, category: LogCategory, message: string) => void;
}

/** What an invocation gave back; the response of an HTTP function is `returnValue.http`. */
export interface InvocationResponse {
  returnValue?: RpcTypedData | null;
}

/** The library's conversion of one invocation, from RPC shapes to handler arguments and back. */
interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

/** The library's side of the contract; it sets itself when the first function is registered. */
export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(
    defaults: Record<string, string>,
  ): Record<string, string> | Promise<Record<string, string>>;
}

/** A hook such as `appStart`; its context is shared between all hooks of the app. */
export type HookCallback = (context: Record<string, unknown>) => unknown;
