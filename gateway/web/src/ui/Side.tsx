import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/**
 * Side is a plate in the tint of one of the two sites: this site is sand, the remote site is sea. These tints stand for nothing
 * else anywhere.
 */
export function Side({
  of,
  title,
  children,
  className = "",
}: {
  of: "here" | "there";
  title?: string;
  children: ReactNode;
  className?: string;
}) {
  const { t } = useTranslation();
  return (
    <section className={`side ${of} ${className}`} aria-label={title ?? t(of === "here" ? "thisSite" : "remoteSite")}>
      {children}
    </section>
  );
}
