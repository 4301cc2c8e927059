import { type FieldErrors, type FieldValues, type Path, type Resolver, set } from "react-hook-form";

/**
 * What is wrong with values, by field, or by path for a field in a list: a key below common:rule, or a sentence. Nothing, or
 * "": the field is right.
 */
export type Findings<T extends FieldValues> = Partial<Record<Path<T>, string | false | undefined>>;

/** rules turns a plain function that looks at all values into what a form asks before it sends. */
export function rules<T extends FieldValues>(check: (values: T) => Findings<T>): Resolver<T> {
  return (values) => {
    const found = Object.entries(check(values)).filter(([, message]) => Boolean(message));
    if (found.length === 0) return { values, errors: {} };
    const errors: FieldErrors<T> = {};
    for (const [field, message] of found) set(errors, field, { type: "rule", message });
    return { values: {}, errors };
  };
}

/** isURL tells whether text is a complete address of one of the schemes, such as "https:". */
export function isURL(text: string, schemes = ["http:", "https:"]): boolean {
  try {
    const url = new URL(text);
    return schemes.includes(url.protocol) && url.hostname !== "";
  } catch {
    return false;
  }
}
