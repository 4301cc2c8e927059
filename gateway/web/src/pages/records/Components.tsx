import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { EdenRecord } from "../../api/types";

/** Components are the records that belong to a record, as a tree. */
export function Components({ components }: { components: EdenRecord["components"] }) {
  const { t } = useTranslation("records");
  return (
    <section aria-labelledby="components" className="tight">
      <h2 id="components">{t("components")}</h2>
      <p className="hint">{t("componentsText")}</p>
      <Tree components={components} />
    </section>
  );
}

function Tree({ components }: { components: EdenRecord["components"] }) {
  const { t } = useTranslation("records");
  return (
    <ul className="tight">
      {(components as EdenRecord[]).map(({ resourceName: resource, uid, alias, label, deleted, components: below }) => (
        <li key={`${resource} ${uid}`}>
          <Link to="/records/$resource/$uid" params={{ resource, uid }}>
            <bdi>{label || uid}</bdi>
          </Link>{" "}
          <small className="inline">
            <code dir="ltr">{resource}</code>
            {alias && (
              <>
                {" · "}
                <code dir="ltr">{alias}</code>
              </>
            )}
            {deleted && ` · ${t("deleted")}`}
          </small>
          {below.length > 0 && <Tree components={below} />}
        </li>
      ))}
    </ul>
  );
}
