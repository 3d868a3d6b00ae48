// Reads {name: query} from standard input; says of each what Microsoft's parser finds wrong and which columns come out.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInThisContext } from "node:vm";

const folder = dirname(createRequire(import.meta.url).resolve("@kusto/language-service-next/package.json"));
for (const file of ["bridge.min.js", "Kusto.Language.Bridge.min.js"])
  runInThisContext(readFileSync(join(folder, file), "utf8"), { filename: file });

const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language;

// The tables of Application Insights, as far as the queries use them (Azure Monitor, "Application Insights telemetry data model").
const COMMON =
  "timestamp:datetime, itemType:string, customDimensions:dynamic, operation_Id:string, operation_ParentId:string, " +
  "cloud_RoleName:string, cloud_RoleInstance:string, itemCount:int";
const CALL = "id:string, name:string, success:string, resultCode:string, duration:real";
const TABLES = {
  traces: `(${COMMON}, message:string, severityLevel:int)`,
  requests: `(${COMMON}, ${CALL}, url:string)`,
  dependencies: `(${COMMON}, ${CALL}, target:string, data:string, type:string)`,
  exceptions: `(${COMMON}, type:string, outerMessage:string)`,
};
const tables = Object.entries(TABLES).map(([name, schema]) => new Symbols.TableSymbol.$ctor7(name, schema, null));
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("component", tables));

const list = (found) => Array.from({ length: found ? found.Count : 0 }, (_, place) => found.getItem(place));

const parsed = Object.entries(JSON.parse(readFileSync(0, "utf8"))).map(([name, query]) => {
  const code = KustoCode.ParseAndAnalyze(query, globals);
  const wrong = list(code.GetDiagnostics()).map((each) => `${each.Message} (${query.substr(each.Start, each.Length)})`);
  const columns = list(code.ResultType && code.ResultType.Columns).map((each) => [each.Name, each.Type.Name]);
  return [name, { wrong, columns: Object.fromEntries(columns) }];
});
console.log(JSON.stringify(Object.fromEntries(parsed)));
