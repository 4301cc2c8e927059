import { useTranslation } from "react-i18next";

import type { EdenRecord } from "../../api/types";
import { number } from "../../format/numbers";
import { useFormat } from "../../format/useFormat";
import { Cell, Table } from "../../ui/Table";
import { FieldValue, ReferenceValue } from "../../ui/Value";

/** Values are the fields and references of a record. */
export function Values({ record: { fields, references } }: { record: EdenRecord }) {
  const { t } = useTranslation("records");
  const rows = [
    ...fields.map((field) => ({ name: field.name, value: <Field field={field} /> })),
    ...references.map(({ name, resourceName, uids, missingUids }) => ({
      name,
      value: <ReferenceValue resource={resourceName} uids={uids} missing={missingUids} />,
    })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));
  return (
    <section aria-labelledby="values" className="tight">
      <h2 id="values">{t("values")}</h2>
      {rows.length === 0 ? (
        <p className="hint">{t("noValues")}</p>
      ) : (
        <div className="dense">
          <Table caption={t("valuesTable")} heads={[{ label: t("field") }, { label: t("value") }]}>
            {rows.map(({ name, value }) => (
              <tr key={name}>
                <Cell label={t("field")} head>
                  <code dir="ltr" className="break">
                    {name}
                  </code>
                </Cell>
                <Cell label="">
                  <div>{value}</div>
                </Cell>
              </tr>
            ))}
          </Table>
        </div>
      )}
    </section>
  );
}

type RecordField = EdenRecord["fields"][number];

function Field({ field: { value, kind, attachment } }: { field: RecordField }) {
  return (
    <>
      <FieldValue value={value} kind={kind} />
      {attachment && <Attachment attachment={attachment} />}
    </>
  );
}

/** Attachment leads to the file behind a field, or says why it is not here. */
function Attachment({ attachment }: { attachment: NonNullable<RecordField["attachment"]> }) {
  const { t } = useTranslation("records");
  const format = useFormat();
  const { available, path, sizeBytes, message } = attachment;
  if (!available) return <small>{message ? t("fileMissing", { message }) : t("fileWaiting")}</small>;
  return (
    <small>
      <a href={path} download>
        {t("download")}
      </a>{" "}
      {format.bytes(number(sizeBytes))}
    </small>
  );
}
