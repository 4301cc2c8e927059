export default function NewJobPage() {
  return null;
}
