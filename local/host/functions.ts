import type { RegisteredFunction } from './core-module.ts';
import type { BindingInfo } from './core-types.ts';
import type { FunctionSummary } from './messages.ts';
import { parseNcrontab } from './ncrontab.ts';
import type { Schedule } from './ncrontab.ts';
import { parseRoute } from './route.ts';
import type { Route } from './route.ts';

interface LoadedFunction extends RegisteredFunction {
  name: string;
  /** The name of the trigger's binding, under which its input is passed. */
  triggerName: string;
}

/** A function that answers requests. */
export interface HttpFunction extends LoadedFunction {
  trigger: 'http';
  route: Route;
  /** Upper case. */
  methods: readonly string[];
  authLevel: string;
}

/** A function that runs on a schedule. */
export interface TimerFunction extends LoadedFunction {
  trigger: 'timer';
  schedule: Schedule;
  runOnStartup: boolean;
  /** Whether its schedule status is kept and given to it: not below one-minute intervals. */
  monitored: boolean;
}

/** A function that this host can run. */
export type HostFunction = HttpFunction | TimerFunction;

/** What a function's bindings refer to. */
interface BindingContext {
  routePrefix: string;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Turns a registration into a function that can be run.
 * @throws Error with the reason why this one does not load; Azure too leaves out such a function alone.
 */
export function readFunction(
  registered: RegisteredFunction,
  context: BindingContext,
): HostFunction {
  const { name, bindings } = registered.metadata;
  if (!/^[a-z][\w-]{0,127}$/i.test(name)) throw new Error('its name is not valid in Azure');
  const [triggerName, trigger] = onlyTrigger(bindings);
  const base = { ...registered, name, triggerName };
  switch (String(trigger.type).toLowerCase()) {
    case 'httptrigger':
      return { ...base, trigger: 'http', ...readHttp(trigger, name, context) };
    case 'timertrigger':
      return { ...base, trigger: 'timer', ...readTimer(trigger, context) };
    default:
      throw new Error(`the local host does not support the trigger ${String(trigger.type)}`);
  }
}

function onlyTrigger(bindings: Record<string, BindingInfo>): [string, BindingInfo] {
  const others = Object.entries(bindings).filter(([, { type }]) => type !== 'http');
  const [first, second] = others;
  if (first === undefined) throw new Error('it has no trigger');
  if (second !== undefined)
    throw new Error(`the local host does not support the binding ${second[0]}`);
  return first;
}

function readHttp(trigger: BindingInfo, name: string, { routePrefix }: BindingContext) {
  const { route, methods, authLevel } = trigger;
  return {
    route: parseRoute(`${routePrefix}/${typeof route === 'string' && route !== '' ? route : name}`),
    methods: Array.isArray(methods) ? methods.map((method) => String(method).toUpperCase()) : [],
    authLevel: typeof authLevel === 'string' ? authLevel.toLowerCase() : 'anonymous',
  };
}

function readTimer(trigger: BindingInfo, { env }: BindingContext) {
  const schedule = parseNcrontab(expandSettings(String(trigger['schedule']), env));
  return {
    schedule,
    runOnStartup: trigger['runOnStartup'] === true,
    monitored: trigger['useMonitor'] !== false && !schedule.subMinute,
  };
}

/** Puts app settings in the place of `%NAME%`. */
function expandSettings(text: string, env: BindingContext['env']): string {
  return text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name];
    if (!value) throw new Error(`%${name}% does not resolve to a value: the setting is not there`);
    return value;
  });
}

/** What the host shows others of a function. */
export function summarise(fn: HostFunction): FunctionSummary {
  const { name, trigger } = fn;
  if (trigger === 'timer') return { name, trigger, schedule: fn.schedule.expression };
  return { name, trigger, route: fn.route.template, methods: fn.methods, authLevel: fn.authLevel };
}
