export default function NewUserPage() {
  return null;
}
