import { everywhere } from "./everywhere.mjs";

everywhere("ar");
