// Validates the OpenAPI files that are named as arguments; prints the title of each, or why it is not valid.
import SwaggerParser from "@apidevtools/swagger-parser";

for (const file of process.argv.slice(2)) {
  const { info } = await SwaggerParser.validate(file);
  console.log(info.title);
}
