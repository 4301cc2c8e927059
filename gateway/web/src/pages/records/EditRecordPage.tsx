export default function EditRecordPage() {
  return null;
}
