import { useTableName } from "../format/tables";

/** TableName is a table by the name that people use, with its own below; or its own alone where it has no other. */
export function TableName({ table }: { table: string }) {
  const name = useTableName()(table);
  const code = <code dir="ltr">{table}</code>;
  if (name === table) return code;
  return (
    <>
      {name} <small>{code}</small>
    </>
  );
}
