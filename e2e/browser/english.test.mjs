import { everywhere } from "./everywhere.mjs";

everywhere("en");
