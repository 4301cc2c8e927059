export default function NewRepositoryPage() {
  return null;
}
