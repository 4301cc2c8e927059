import { useEffect, useState } from "react";

/** How long nobody types before the search starts. */
const settle = 300;

/** SearchField searches while a person types, without a request for each letter. */
export function SearchField({ label, value = "", onSearch }: { label: string; value?: string; onSearch(text: string | undefined): void }) {
  const [text, setText] = useState(value);
  const [sent, setSent] = useState(value);
  if (value !== sent) {
    setSent(value);
    setText(value);
  }
  useEffect(() => {
    if (text === sent) return;
    const timer = setTimeout(() => {
      setSent(text);
      onSearch(text.trim() === "" ? undefined : text);
    }, settle);
    return () => clearTimeout(timer);
  });
  return (
    <label>
      {label}
      <input type="search" value={text} onChange={(event) => setText(event.target.value)} dir="auto" />
    </label>
  );
}
