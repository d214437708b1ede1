// Compiled by vclc from p1.vcl. Change the VCL, not this file.
import { boolToString, defineVcl, lower, probeToString, regex, upper } from "vclc/runtime";

const re_x = regex("x");
const re_a = regex("a");

export default defineVcl("p1.vcl", 41, (vpi) => {
  const probe_check = vpi.probe("check", {});
  const backend_b = vpi.backend("b", { host: "192.0.2.1", probe: probe_check });
  vpi.useDefaultBackend(backend_b);

  return {
    vcl_recv(task) {
      const { req } = task;
      req.http.set("a", lower(probe_check));
      req.http.set("b", upper(probeToString(probe_check)));
      if (req.url === probeToString(probe_check)) {
      }
      req.http.set("c", boolToString(re_x.matches(probeToString(probe_check))));
      req.http.set("d", "a" + (probeToString(probe_check) ?? "") + "1");
      req.http.set("e", boolToString(probeToString(probe_check) === probeToString(probe_check)));
      req.http.set("f", re_a.replace(probeToString(probe_check), probeToString(probe_check)));
      req.http.set("g", probeToString(probe_check));
      req.http.set("h", boolToString(probe_check !== undefined && true));
    },
  };
});
//# sourceMappingURL=p1.vcl.ts.map
