import { describe, expect, test } from "vitest";
import { identifier, Names, regexName, slug } from "../../src/codegen/names.js";

describe("names in emitted modules", () => {
  test("a VCL name stays as it is, and a hyphen becomes an underscore", () => {
    expect(identifier("api_v2")).toBe("api_v2");
    expect(identifier("api-service")).toBe("api_service");
  });

  test("a word that JavaScript keeps for itself gets a trailing underscore", () => {
    expect(identifier("delete")).toBe("delete_");
    expect(identifier("await")).toBe("await_");
  });

  test("two names that would be one are told apart, the first unchanged", () => {
    const names = new Names(["task"]);
    expect(["a-b", "a_b", "a-b", "task"].map((name) => names.claim(name))).toEqual([
      "a_b",
      "a_b_2",
      "a_b_3",
      "task_2",
    ]);
  });

  test("a regular expression is named after what it looks for", () => {
    expect(regexName("^/admin/")).toBe("re_admin");
    expect(regexName("\\.(js|css|png)$")).toBe("re_js_css_png");
    expect(regexName("(?i)mobile|\\d{3}[a-z]+")).toBe("re_mobile");
    expect(regexName("^$")).toBe("re_pattern");
  });

  test("a name made of a text is short", () => {
    expect(slug("one two three four five six seven eight nine")).toBe("one_two_three_four_five_six");
    expect(slug("x".repeat(200))).toHaveLength(28);
    expect(slug("…")).toBeUndefined();
  });
});
