import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { ErrorNote } from "./ErrorNote";

interface Props<T> {
  query: UseQueryResult<T>;
  /** How many rows the place that is kept free has. */
  rows?: number;
  children(data: T): ReactNode;
}

/**
 * Loaded shows what a query brought. What was loaded once stays while it is loaded again, also when that fails. Texts that
 * only what was brought needs are awaited here, so that nothing around it hides again.
 */
export function Loaded<T>({ query, rows = 3, children }: Props<T>) {
  if (query.data !== undefined) return <Suspense fallback={<Skeleton rows={rows} />}>{children(query.data)}</Suspense>;
  if (query.isError) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton rows={rows} />;
}

/** Skeleton keeps the place of rows that are being loaded; it shows only after a moment. */
export function Skeleton({ rows }: { rows: number }) {
  const { t } = useTranslation();
  return (
    <div className="skeleton" role="status" aria-label={t("loading")}>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} />
      ))}
    </div>
  );
}

/** Empty says what a page is for, what is missing, and offers the one thing to do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  );
}
