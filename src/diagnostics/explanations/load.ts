import type { loadCatalog } from "../catalog/load.js";
import { inRecv, inSub, preamble, type Explanation } from "./explanation.js";

const useGlobal = inRecv("set req.backend_hint = global.api;");
const dispatch = inRecv("return (dispatch(api_policy));");

/** What the codes of `loadCatalog` mean. `vclc warm` reports them; `vclc check` cannot. */
export const loadExplanations = {
  "missing-global-director": {
    meaning:
      "global.NAME is bound when the VCL is loaded, after its vcl_init, and nothing has registered a director of that name by then. A VMOD has to register it, in this VCL or in one loaded before; where production has one that a check cannot have, vclc warm takes --global NAME.",
    failing: useGlobal,
    fixed: inRecv("set req.backend_hint = default;"),
  },
  "colliding-global-director": {
    meaning:
      "A VCL may not use a global director that has the name of one of its own backends: which one is meant could not be told from the name in logs and lists. Rename the backend.",
    failing: {
      shown: `backend api none;\n${useGlobal}`,
      program: `vcl 4.1;\nbackend api none;\n${useGlobal}# global: api\n`,
    },
    fixed: {
      shown: `backend dummy none;\n${useGlobal}`,
      program: `vcl 4.1;\nbackend dummy none;\n${useGlobal}# global: api\n`,
    },
  },
  "missing-label": {
    meaning:
      "A label that vcl() or dispatch() names must exist when the VCL is loaded. Load the VCL behind it first and make the label with vcl.label; for vclc warm FILE, give it with --label.",
    failing: dispatch,
    fixed: inRecv("return (hash);"),
  },
  "unresolved-host": {
    meaning:
      "The host name of a backend, an ACL entry or an IP constant is looked up when the VCL is loaded, and it has no address here. vclc warm --no-dns leaves that out.",
    failing: 'backend origin { .host = "origin.invalid"; }\n' + inRecv("set req.backend_hint = origin;"),
    fixed: 'backend origin { .host = "192.0.2.1"; }\n' + inRecv("set req.backend_hint = origin;"),
  },
  "not-a-socket": {
    meaning:
      "At the .path of a backend is a file or a folder. Only a Unix domain socket can be connected to. Where nothing is yet, the VCL loads all the same.",
    failing: 'backend origin { .path = "/dev/null"; }\n' + inRecv("set req.backend_hint = origin;"),
    fixed: 'backend origin { .path = "/run/origin.sock"; }\n' + inRecv("set req.backend_hint = origin;"),
  },
  "failed-initialization": {
    meaning:
      "vcl_init ended in return (fail), a VMOD failed in it, or an object was not made. The load fails, and nothing of the VCL stays.",
    failing: inSub("vcl_init", 'return (fail("not today"));'),
    fixed: inSub("vcl_init", "return (ok);"),
  },
  "failed-warm-up": {
    meaning: "A VMOD refused when it was told that its VCL becomes warm. The VCL is not loaded.",
    failing: { shown: "import cold;\n", program: "vcl 4.1;\nbackend default none;\nimport cold;\n" },
    fixed: inRecv("return (hash);"),
  },
  "unavailable-vmod": {
    meaning:
      "The VCL compiles against the interface of this VMOD, but there is no implementation of it here, or it cannot be loaded. Give one with --vmod-path.",
    failing: {
      shown: `import hollow;\n${inRecv("hollow.f();")}`,
      program: `${preamble}import hollow;\n${inRecv("hollow.f();")}`,
    },
    fixed: inRecv("return (hash);"),
  },
  "refused-command": {
    meaning: "The proxy would refuse this command of the file, with this text.",
    failing: { shown: "vcl.label api_policy api\n", program: `${preamble}# vcl.label api_policy api\n` },
    fixed: {
      shown: "vcl.load api api.vcl\nvcl.label api_policy api\n",
      program: `${preamble}# vcl.label api_policy boot\n`,
    },
  },
} as const satisfies Record<keyof typeof loadCatalog, Explanation>;
