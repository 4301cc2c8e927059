import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist", "src/gen", "node_modules", "public"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  hooks.configs.flat.recommended,
  { rules: { "max-lines": ["error", 400], "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }] } },
  { files: ["scripts/*.mjs"], languageOptions: { globals: { console: "readonly", URL: "readonly" } } },
  { files: ["src/**/*.test.*"], rules: { "max-lines": "off" } },
);
