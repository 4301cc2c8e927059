import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "./Button";

interface TableProps {
  /** What the table lists, for those who do not see it. */
  caption: string;
  /** Headings of the columns; an unseen one is for columns that explain themselves, such as buttons. */
  heads: { label: string; unseen?: boolean; className?: string; sort?: "ascending" | "descending" }[];
  children: ReactNode;
}

/** Table is a plain table. On a phone its rows become blocks, and each cell says what it is: see Cell. */
export function Table({ caption, heads, children }: TableProps) {
  const id = useId();
  return (
    <div className="table-room" role="region" aria-labelledby={id} tabIndex={0}>
      <table>
        <caption id={id} className="unseen">
          {caption}
        </caption>
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th key={i} scope="col" className={head.className} aria-sort={head.sort}>
                {head.unseen ? <span className="unseen">{head.label}</span> : head.label || <span className="unseen">{"\u00a0"}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

interface CellProps {
  label: string;
  className?: string;
  /** The cell that names the row. */
  head?: boolean;
  children: ReactNode;
}

export function Cell({ label, className, head, children }: CellProps) {
  if (head) {
    return (
      <th scope="row" data-l={label} className={className}>
        {children}
      </th>
    );
  }
  return (
    <td data-l={label} className={className}>
      {children}
    </td>
  );
}

interface PagerProps {
  /** Whether this is the first page. */
  first: boolean;
  next: string;
  onPage(token: string): void;
}

/** Pager turns pages. Back is the browser's own button: every page has an address. */
export function Pager({ first, next, onPage }: PagerProps) {
  const { t } = useTranslation();
  if (first && next === "") return null;
  return (
    <nav className="pager" aria-label={t("pages")}>
      <Button onClick={() => onPage("")} disabled={first}>
        {t("firstPage")}
      </Button>
      <Button onClick={() => onPage(next)} disabled={next === ""}>
        {t("nextPage")}
      </Button>
    </nav>
  );
}
