export default function NewRecordPage() {
  return null;
}
