import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslation } from "react-i18next";

import { repositoryNamesQuery, resourceNamesQuery } from "../api/queries";
import { useTableName } from "../format/tables";

interface Props {
  label: string;
  value: string | undefined;
  onChange(value: string | undefined): void;
}

/** FilterSelect leaves out what is not chosen; "all" leaves out nothing. */
export function FilterSelect({
  label,
  value,
  onChange,
  choices,
  all,
}: Props & { choices: [value: string, label: string][]; all?: string }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value ?? ""} onChange={(event) => onChange(event.target.value || undefined)}>
        <option value="">{all ?? t("all")}</option>
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

/** RepositoryFilter chooses one of the repositories; the address holds its id. */
export function RepositoryFilter(props: Props) {
  const { data = [] } = useQuery(repositoryNamesQuery);
  return (
    <FilterSelect
      {...props}
      choices={known(
        data.map(({ id, name }) => [id, name]),
        props.value,
      )}
    />
  );
}

/** ResourceFilter chooses a table, or one of the words that stand for none in particular. */
export function ResourceFilter({ words = [], ...props }: Props & { words?: string[] }) {
  const { data = [] } = useQuery(resourceNamesQuery);
  const nameOf = useTableName();
  const choices = [...data, ...words].map((table): [string, string] => [table, named(nameOf(table), table)]);
  return <FilterSelect {...props} choices={known(choices, props.value)} />;
}

function named(name: string, table: string): string {
  return name === table ? table : `${name} (${table})`;
}

/** known adds a value of the address that is not among the choices, so that the field says what is filtered. */
function known(choices: [string, string][], value: string | undefined): [string, string][] {
  if (!value || choices.some(([choice]) => choice === value)) return choices;
  return [...choices, [value, value]];
}
