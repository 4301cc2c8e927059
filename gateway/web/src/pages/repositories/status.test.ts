import { expect, test } from "vitest";

import { firstSentence } from "./RepositoryStatus";

test.each([
  ["The remote site refused the password. Nothing was exchanged. Enter another.", "The remote site refused the password."],
  ["The name site57.invalid is not known. Check it.", "The name site57.invalid is not known."],
  ["Registration required", "Registration required"],
  ["", ""],
  ["هل الساعة صحيحة؟ اضبطها.", "هل الساعة صحيحة؟"],
])("the cause is the first sentence of %j", (text, cause) => {
  expect(firstSentence(text)).toBe(cause);
});
