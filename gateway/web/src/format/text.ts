/** isolate keeps a text of a person apart from the sentence around it, whatever direction either is written in. */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}

/** shorten keeps the beginning of a long text; an ellipsis says that there is more. */
export function shorten(text: string, most = 80): string {
  const letters = Array.from(text);
  return letters.length <= most
    ? text
    : `${letters
        .slice(0, most - 1)
        .join("")
        .trimEnd()}…`;
}
