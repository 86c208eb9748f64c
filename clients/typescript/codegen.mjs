// Makes src/generated/graphql.ts from the operations and a schema: COMMONWEAL_SCHEMA is a
// file, or the address of a host's API (https://commons.example/c/garden/graphql).
export default {
  schema: process.env.COMMONWEAL_SCHEMA,
  documents: "../operations/*.graphql",
  generates: {
    "src/generated/graphql.ts": {
      plugins: ["typescript", "typescript-operations", "typed-document-node"],
      config: {
        documentMode: "string",
        onlyOperationTypes: true,
        enumsAsTypes: true,
        useTypeImports: true,
        avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
        defaultScalarType: "unknown",
        scalars: { ID: "string", Decimal: { input: "string | number", output: "string" }, DateTime: "string", URI: "string" },
      },
    },
  },
}
