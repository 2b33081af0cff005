package dev.slipway.katib.parse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.controllers.katib.Observations.MetricLog;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cases of Katib's file-metricscollector_test.go, and of users' questions.
final class LinesTest {
  private static final List<String> WANTED = List.of("accuracy", "loss", "val|f1-score");

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          accuracy=0.98                        ; accuracy=0.98@0001-01-01T00:00:00Z ; without a time
          2021-12-02T05:27:27Z accuracy=0.98   ; accuracy=0.98@2021-12-02T05:27:27Z ; the first word is a time
          2021-12-02T05:27:27.5+01:00 loss=1   ; loss=1@2021-12-02T04:27:27.500Z ; with fraction and offset
          epoch 3: loss = .31, accuracy= -7.53e-05 ; loss=.31@0001-01-01T00:00:00Z accuracy=-7.53e-05@0001-01-01T00:00:00Z ; several on a line
          Score=1E0 accuracy=1.23E10           ; accuracy=1.23E10@0001-01-01T00:00:00Z ; others are passed over
          val|f1-score=0.5                     ; val|f1-score=0.5@0001-01-01T00:00:00Z ; dashes and bars belong to names
          accuracy=nan                         ; accuracy=@0001-01-01T00:00:00Z ; Katib keeps what it cannot read as nothing
          accuracy: 0.98                       ; '' ; another sign
          train_accuracy=0.98                  ; '' ; the name is part of another
          nothing to see                       ; '' ; no name at all
          """)
  void text(String line, String expected, String why) {
    assertThat(words(new TextLines(WANTED, List.of()).parse(line))).as(why).isEqualTo(expected);
  }

  @Test
  void filtersNameTheGroups() {
    var filters = List.of("\\{metricName: ([\\w|-]+), metricValue: ((-?\\d+)(\\.\\d+)?)\\}");
    var parser = new TextLines(WANTED, filters);
    assertThat(words(parser.parse("{metricName: accuracy, metricValue: 0.72}; loss=3")))
        .isEqualTo("accuracy=0.72@0001-01-01T00:00:00Z");
  }

  @Test
  void aFilterThatIsNoneFindsNothing() {
    assertThat(new TextLines(WANTED, List.of("(accuracy", "accuracy=1")).parse("accuracy=1"))
        .isEmpty();
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          {"accuracy": "0.98", "timestamp": "2021-12-02T05:27:27Z"} ; accuracy=0.98@2021-12-02T05:27:27Z ; text, as Katib has it
          {"accuracy": 0.98, "loss": 3}        ; accuracy=0.98@0001-01-01T00:00:00Z loss=3@0001-01-01T00:00:00Z ; numbers
          {"loss": 1e-5, "timestamp": 1638422847.28721} ; loss=1.0E-5@2021-12-02T05:27:27.287210Z ; seconds with a fraction
          {"loss": "1", "timestamp": 1638422847} ; loss=1@2021-12-02T05:27:27Z ; whole seconds
          {"loss": "1", "timestamp": "soon"}   ; loss=1@0001-01-01T00:00:00Z ; a time that is none
          {"loss": true, "checkpoint": 1}      ; ~~ ; neither text nor number
          ["loss", 1]                          ; ~~ ; no object
          {"loss": 1                           ; ~~ ; cut off
          """)
  void json(String line, String expected, String why) {
    assertThat(words(new JsonLines(WANTED).parse(line))).as(why).isEqualTo(expected);
  }

  @Test
  void aPageGivesSamplesWhateverTheirLabels() {
    var page =
        """
        # HELP accuracy of the last epoch
        # TYPE accuracy gauge
        accuracy{split="te}st",fold="a\\"b"} 0.91 1638422847000
        accuracy 0.5
        accuracy_count 7
        loss{} NaN
        """;
    assertThat(words(PrometheusText.parse(page, WANTED, LineParser.NO_TIME)))
        .isEqualTo(
            "accuracy=0.91@2021-12-02T05:27:27Z accuracy=0.5@0001-01-01T00:00:00Z"
                + " loss=NaN@0001-01-01T00:00:00Z");
  }

  private static String words(List<MetricLog> logs) {
    return logs.stream()
        .map(each -> each.name() + "=" + each.value() + "@" + each.time())
        .collect(Collectors.joining(" "));
  }
}
