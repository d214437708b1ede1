// Compiled by vclc from main.vcl, module format 1. Change the VCL, not this file.
import { defineVcl, type Director } from "vclc/runtime";
import * as svc from "vclc/vmod/svc";

export default defineVcl({ format: 1, source: "main.vcl", version: 41 }, (vpi) => {
  const backend_dummy = vpi.noBackend("dummy");
  vpi.useDefaultBackend(backend_dummy);
  let cluster: svc.EndpointWatcher;
  let global_api: Director;
  let global_web: Director;
  let global_static: Director;
  const label_api_policy = vpi.label("api_policy", "main.vcl:16:26");
  const label_www_policy = vpi.label("www_policy", "main.vcl:20:26");
  const label_static_policy = vpi.label("static_policy", "main.vcl:24:26");

  return {
    async init(task): Promise<void> {
      // Reads the endpoints from the file that VCLC_ENDPOINTS names, and follows its changes.
      cluster = await svc.EndpointWatcher.create(task, "cluster", {});
    },

    bind() {
      global_api ??= vpi.bindGlobal("api", "main.vcl:15:39");
      global_web ??= vpi.bindGlobal("web", "main.vcl:19:39");
      global_static ??= vpi.bindGlobal("static", "main.vcl:23:39");
    },

    objects: () => [["cluster", cluster]],

    vcl_recv(task) {
      const { req } = task;
      if (req.http.get("host") === "api.example.com") {
        req.backend_hint = global_api;
        return vpi.dispatch(task, label_api_policy);
      }
      if (req.http.get("host") === "www.example.com") {
        req.backend_hint = global_web;
        return vpi.dispatch(task, label_www_policy);
      }
      if (req.http.get("host") === "static.example.com") {
        req.backend_hint = global_static;
        return vpi.dispatch(task, label_static_policy);
      }

      return vpi.synth(task, 404);
    },
  };
});
//# sourceMappingURL=main.vcl.ts.map
