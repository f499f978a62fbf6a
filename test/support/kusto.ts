/// <reference types="@kusto/language-service-next" />
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInThisContext } from 'node:vm';

const folder = join(import.meta.dirname, '../../node_modules/@kusto/language-service-next');

/** Microsoft's own parser of the Kusto Query Language comes as scripts of a page, which share its globals. */
for (const file of ['bridge.min.js', 'Kusto.Language.Bridge.min.js'])
  runInThisContext(readFileSync(join(folder, file), 'utf8'), file);

/**
 * The table of traces, with the columns of its reference that matter here
 * (https://learn.microsoft.com/azure/azure-monitor/reference/tables/apptraces).
 */
const appTraces =
  '(TimeGenerated: datetime, Message: string, SeverityLevel: int, Properties: dynamic, AppRoleName: string, OperationName: string)';

/** What is wrong with a query on `AppTraces`, in its syntax, names and types; empty when nothing is. */
export function problemsOf(query: string): string[] {
  const { GlobalState, KustoCode, Symbols } = Kusto.Language;
  const table = new Symbols.TableSymbol.$ctor7('AppTraces', appTraces, null);
  const workspace = new Symbols.DatabaseSymbol.ctor('workspace', [table]);
  const globals = GlobalState.Default?.WithDatabase(workspace) ?? null;
  const found = KustoCode.ParseAndAnalyze(query, globals)?.GetDiagnostics();
  if (found === null || found === undefined) throw new Error('The query was not looked at.');
  return Array.from({ length: found.Count }, (_, at) => found.getItem(at)?.Message ?? 'unknown');
}
