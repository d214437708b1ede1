import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";
import { floorsPlugin, nodeVmods, portableFloors } from "./lint/floors.mjs";

export default defineConfig(
  {
    ignores: [
      "dist/",
      "coverage/",
      "fixtures/",
      "examples/**/*.ts",
      ".vclc/",
      "src/runtime/builtin-module.ts",
    ],
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { floors: floorsPlugin },
    rules: {
      "floors/direction": "error",
      eqeqeq: "error",
      "no-restricted-syntax": [
        "error",
        { selector: "TSEnumDeclaration", message: "Use a union of words: syntax must be erasable." },
      ],
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Numbers in templates print as they should here: they are counts, lines and columns.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // An implementation of an interface that may wait is often one that need not.
      "@typescript-eslint/require-await": "off",
      // Emitted subs and VMOD hooks fall through with void where they choose no action.
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    files: portableFloors.map((floor) => `src/${floor}/**/*.ts`),
    ignores: nodeVmods.map((name) => `src/vmod/${name}/**/*.ts`),
    rules: {
      "no-restricted-globals": [
        "error",
        ...["process", "Buffer", "global", "require", "setImmediate", "__dirname"].map((name) => ({
          name,
          message: "The runtime is portable: it knows no global of Node's.",
        })),
      ],
    },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts", "scripts/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      // Reading a property is what some tests do: it must throw, or not.
      "@typescript-eslint/no-unused-expressions": "off",
    },
  },
);
