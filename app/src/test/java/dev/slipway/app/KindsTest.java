package dev.slipway.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.AiKinds;
import dev.slipway.apiserver.builtin.BuiltinColumns;
import dev.slipway.apiserver.builtin.BuiltinStrategies;
import dev.slipway.apiserver.builtin.types.BuiltinResources;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// `docs/kinds.md` lists every kind and where its behaviour is written.
final class KindsTest {
  private static final Path PAGE = Path.of("..", "docs", "kinds.md");
  private static final String TYPES =
      "apiserver/src/main/resources/dev/slipway/apiserver/builtin/types/";

  @Test
  void thePageListsEveryKindWithItsCode() throws IOException {
    String wanted = page();
    if (Boolean.getBoolean("slipway.writeKinds")) {
      Files.writeString(PAGE, wanted);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/kinds.md; write it anew with -Dslipway.writeKinds=true")
        .isEqualTo(wanted);
  }

  private static String page() {
    var lines = new ArrayList<String>();
    lines.add("# Kinds");
    lines.add("");
    lines.add("Every kind served, and where to read what it does. A test keeps this page true.");
    lines.add("");
    lines.add("## Built in");
    lines.add("");
    lines.add("Shapes are in `" + TYPES + "`; rules and defaults in the package named.");
    lines.add("");
    lines.add("| kind | version | resource | rules and defaults |");
    lines.add("|---|---|---|---|");
    builtin().forEach(each -> lines.add(row(each)));
    lines.add("");
    lines.add("## AI kinds");
    lines.add("");
    lines.add(
        "Defined in `api/src/main/resources/crds/`, registered as CustomResourceDefinitions.");
    lines.add("");
    lines.add("| kind | versions | definition |");
    lines.add("|---|---|---|");
    AiKinds.definitions().stream()
        .sorted(
            Comparator.comparing((ObjectNode each) -> Json.text(each, "spec", "group"))
                .thenComparing(each -> Json.text(each, "metadata", "name")))
        .forEach(each -> lines.add(row(each)));
    return String.join("\n", lines) + "\n";
  }

  private static List<Resource> builtin() {
    return BuiltinResources.all(BuiltinStrategies::of, BuiltinColumns::of).stream()
        .sorted(
            Comparator.comparing(Resource::group)
                .thenComparing(Resource::version)
                .thenComparing(Resource::kind))
        .toList();
  }

  private static String row(Resource resource) {
    Class<?> strategy = BuiltinStrategies.of(resource.gvk()).getClass();
    Class<?> outermost = strategy;
    while (outermost.getEnclosingClass() != null) {
      outermost = outermost.getEnclosingClass();
    }
    return "| "
        + resource.kind()
        + " | "
        + resource.apiVersion()
        + " | "
        + resource.plural()
        + " | `"
        + outermost.getName().replace("dev.slipway.apiserver.", "")
        + "` |";
  }

  private static String row(ObjectNode definition) {
    var versions = new ArrayList<String>();
    definition.path("spec").path("versions").forEach(each -> versions.add(Json.text(each, "name")));
    String name = Json.text(definition, "metadata", "name");
    return "| "
        + Json.text(definition, "spec", "names", "kind")
        + " | "
        + Json.text(definition, "spec", "group")
        + " "
        + String.join(", ", versions)
        + " | `"
        + name
        + ".yaml` |";
  }
}
