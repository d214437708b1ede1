import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isInstalled } from "../support/installed.js";
import { runScript } from "../support/vtc-script.js";

/** Requests of every kind of way through a VCL with an include, and bodies through filters. */
const script = `vtest "records that are masked unless asked for"
server s1 {
	rxreq
	txresp -body "0123456789"
	rxreq
	txresp -nolen -hdr "Transfer-Encoding: chunked"
	chunkedlen 100
	chunkedlen 200
	chunkedlen 0
} -start

shell { printf 'sub included {\\n\\tset req.http.i = "1";\\n\\tif (req.http.i) { set req.http.j = "1"; }\\n}\\n' > \${folder}/included.vcl }

varnish v1 -arg "PARAMETERS" -vcl+backend {
	include "\${folder}/included.vcl";
	sub helper {
		if (req.http.none) {
			set req.http.a = "1";
		} elseif (req.url == "/synth") {
			set req.http.a = "2";
		} else {
			set req.http.a = "3";
		}
	}
	sub empty { }
	sub vcl_recv {
		call included;
		call empty;
		{ call helper; }
		if (req.url == "/synth") { return (synth(700)); }
		return (hash);
	}
	sub vcl_hash { hash_data(req.url); return (lookup); }
	sub vcl_miss { return (fetch); }
	sub vcl_hit { return (deliver); }
	sub vcl_synth { return (deliver); }
	sub vcl_deliver { return (deliver); }
	sub vcl_backend_fetch { return (fetch); }
	sub vcl_backend_response {
		set beresp.do_stream = false;
		if (bereq.url == "/gzip") { set beresp.do_gzip = true; }
		return (deliver);
	}
} -start

client c1 {
	txreq -url "/synth"
	rxresp
	txreq -url "/plain"
	rxresp
	txreq -url "/plain"
	rxresp
	txreq -url "/gzip" -hdr "Accept-Encoding: gzip"
	rxresp
	txreq -url "/gzip"
	rxresp
} -run

delay 0.3
shell { varnishlog -n \${v1_name} -d -g raw -i VCL_trace,VfpAcct,VdpAcct > \${folder}/log }
`;

/** What the log has of the request, without the parts of the built-in VCL, and by transaction. */
async function recordsOf(whose: "reference" | "vclc", parameters: string): Promise<readonly string[]> {
  const { passed, output, folder } = await runScript(script.replace("PARAMETERS", parameters), whose);
  expect(passed, output).toBe(true);
  return readFileSync(join(folder, "log"), "latin1")
    .split("\n")
    .filter((line) => line !== "" && !/ \d+ 2\.\d+\.\d+$/.test(line))
    .map((line) => line.trim().replace(/ +/g, " "))
    .sort();
}

describe.skipIf(!isInstalled("varnishtest"))("records that are masked by default", () => {
  test("VCL_trace, VfpAcct and VdpAcct are those of varnishd once they are unmasked", async () => {
    const parameters = "-p vsl_mask=+VCL_trace -p vsl_mask=+VfpAcct -p vsl_mask=+VdpAcct";
    const ours = await recordsOf("vclc", parameters);
    expect(ours).toEqual(await recordsOf("reference", parameters));
    expect(ours.some((line) => / VCL_trace c vcl1 1 1\.2\.9$/.test(line))).toBe(true);
    expect(ours.some((line) => / VfpAcct b gzip /.test(line))).toBe(true);
  }, 60_000);

  test("none is there by default", async () => {
    expect(await recordsOf("vclc", "-p thread_pools=1")).toEqual([]);
  }, 60_000);

  test("feature=+trace has the steps logged, those of the built-in VCL too", async () => {
    const ours = await recordsOf("vclc", "-p feature=+trace");
    expect(ours.filter((line) => !line.includes("VCL_trace"))).toEqual([]);
    expect(ours.length).toBeGreaterThan(20);
  }, 60_000);
});
