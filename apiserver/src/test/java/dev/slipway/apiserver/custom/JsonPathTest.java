package dev.slipway.apiserver.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.base.Json;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Cases follow `k8s.io/client-go/util/jsonpath`.
class JsonPathTest {
  private static final String OBJECT =
      """
      {"metadata": {"name": "a", "labels": {"app.io/x": "v"}},
       "status": {"conditions": [{"type": "Ready", "status": "True", "n": 1},
                                 {"type": "Live", "status": "False", "n": 2}], "n": 0}}
      """;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          .metadata.name                                          ~ ["a"]
          {.metadata.name}                                        ~ ["a"]
          $.metadata.name                                         ~ ["a"]
          .metadata['name']                                       ~ ["a"]
          .metadata.labels.app\\.io/x                             ~ ["v"]
          .metadata.labels['app.io/x']                            ~ ["v"]
          .status.conditions[0].type                              ~ ["Ready"]
          .status.conditions[-1].type                             ~ ["Live"]
          .status.conditions[0:2].type                            ~ ["Ready","Live"]
          .status.conditions[*].status                            ~ ["True","False"]
          .status.conditions[?(@.type=="Ready")].status           ~ ["True"]
          .status.conditions[?(@.type == 'Live')].status          ~ ["False"]
          .status.conditions[?(@.type!="Ready")].type             ~ ["Live"]
          .status.conditions[?(@.n>1)].type                       ~ ["Live"]
          .status.conditions[?(@.n)].type                         ~ ["Ready","Live"]
          .status.conditions[0]['type','status']                  ~ ["Ready","True"]
          ..type                                                  ~ ["Ready","Live"]
          .spec.missing                                           ~ []
          .status.conditions[9].type                              ~ []
          """)
  void finds(String path, String expected) {
    assertThat(JsonPath.parse(path.replace("\\\\", "\\")).find(Json.parseObject(OBJECT)))
        .hasToString(expected.replace(",", ", "));
  }

  @ParameterizedTest
  @ValueSource(strings = {".a[", ".a[x]", ".a[?(@.b==)]", ".a['b]", ".a{"})
  void refusesWhatIsNoPath(String path) {
    assertThatThrownBy(() -> JsonPath.parse(path)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "{0}s is {1}")
  @CsvSource({
    "0, 0s",
    "119, 119s",
    "120, 2m",
    "125, 2m5s",
    "3600, 60m",
    "10799, 179m",
    "10800, 3h",
    "12660, 3h31m",
    "90000, 25h",
    "172800, 2d",
    "176400, 2d1h",
    "864000, 10d",
    "94608000, 3y",
  })
  void wordsAgesAsKubectlDoes(long seconds, String expected) {
    assertThat(PrinterColumns.human(Duration.ofSeconds(seconds))).isEqualTo(expected);
  }
}
