package dev.slipway.dataplane.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.dataplane.graph.StepCaller.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GraphWalkTest {
  private final Map<String, Answer> answers = new HashMap<>();
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

  private Answer call(String url, byte[] body) throws IOException {
    calls.add(url + " " + text(body));
    Answer answer = answers.get(url);
    if (answer == null) {
      throw new IOException("connection refused");
    }
    return answer;
  }

  private void answers(String url, int status, String body) {
    answers.put(url, new Answer(status, body.getBytes(StandardCharsets.UTF_8)));
  }

  private String walk(String nodes, String request, int drawn) throws InterruptedException {
    var graph = Graph.parse("{\"nodes\": {" + nodes + "}}");
    Answer answer =
        new GraphWalk(
                graph,
                (url, _, body) -> call(url, body),
                new GraphWalk.Passed(Map.of(), Map.of()),
                () -> drawn)
            .walk(request.getBytes(StandardCharsets.UTF_8));
    return answer.status() + " " + text(answer.body());
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  @Test
  void aSequenceFeedsEachStepTheRequestOrTheAnswerBefore() throws InterruptedException {
    answers("a", 200, "{\"predictions\":[1]}");
    answers("b", 200, "{\"predictions\":[2]}");
    answers("c", 201, "{\"predictions\":[3]}");
    String answer =
        walk(
            """
            "root": {"routerType": "Sequence", "steps": [
              {"serviceUrl": "a", "data": "$response"},
              {"serviceUrl": "b", "data": "$response"},
              {"serviceUrl": "c", "data": "$request"}]}
            """,
            "{\"instances\":[0]}",
            0);
    assertThat(answer).isEqualTo("201 {\"predictions\":[3]}");
    assertThat(calls)
        .containsExactly(
            "a {\"instances\":[0]}", "b {\"predictions\":[1]}", "c {\"instances\":[0]}");
  }

  @Test
  void predictionsBecomeInstancesWhereAskedFor() throws InterruptedException {
    answers("a", 200, "{\"predictions\":[[1,2]],\"id\":7}");
    answers("b", 200, "{}");
    walk(
        """
        "root": {"routerType": "Sequence", "steps": [
          {"serviceUrl": "a"},
          {"serviceUrl": "b", "data": "$response", "mapPredictionsToInstances": true}]}
        """,
        "{}",
        0);
    assertThat(calls.getLast()).isEqualTo("b {\"instances\":[[1,2]]}");
  }

  @ParameterizedTest(name = "{0} {1} → {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # status | body              | answer                  | why
            200    | {"class":"dog"}   | 200 {"breed":"husky"}   | the condition is met
            200    | {"class":"cat"}   | 200 {"class":"cat"}     | not met: the answer before, with 200
            500    | {"class":"cat"}   | 200 {"class":"cat"}     | even where that failed softly
          """)
  void aSequenceEndsWhereAConditionIsNotMet(int status, String body, String answer, String why)
      throws InterruptedException {
    answers("a", status, body);
    answers("b", 200, "{\"breed\":\"husky\"}");
    String found =
        walk(
            """
            "root": {"routerType": "Sequence", "steps": [
              {"serviceUrl": "a"},
              {"serviceUrl": "b", "data": "$request", "condition": "[@this].#(class==\\"dog\\")"}]}
            """,
            "{}",
            0);
    assertThat(found).as(why).isEqualTo(answer);
  }

  @Test
  void aConditionOnAnAnswerThatIsNoJsonFails() {
    answers("a", 200, "oops");
    assertThatThrownBy(
            () ->
                walk(
                    """
                    "root": {"routerType": "Sequence", "steps": [
                      {"serviceUrl": "a"}, {"serviceUrl": "b", "condition": "x"}]}
                    """,
                    "{}",
                    0))
        .isInstanceOf(GraphException.class)
        .hasMessage("invalid response");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # dependency | answer              | calls
            Hard       | 503 {"error":"no"}  | 1
            Soft       | 200 {"ok":true}     | 2
          """)
  void onlyAHardDependencyEndsASequence(String dependency, String answer, int count)
      throws InterruptedException {
    answers("a", 503, "{\"error\":\"no\"}");
    answers("b", 200, "{\"ok\":true}");
    String found =
        walk(
            """
            "root": {"routerType": "Sequence", "steps": [
              {"serviceUrl": "a", "dependency": "%s"}, {"serviceUrl": "b"}]}
            """
                .formatted(dependency),
            "{}",
            0);
    assertThat(found).isEqualTo(answer);
    assertThat(calls).hasSize(count);
  }

  @ParameterizedTest(name = "drawn {0} → {1}")
  @CsvSource({"0, a", "79, a", "80, b", "99, b"})
  void aSplitterDrawsByWeight(int drawn, String called) throws InterruptedException {
    answers("a", 200, "{}");
    answers("b", 200, "{}");
    walk(
        """
        "root": {"routerType": "Splitter", "steps": [
          {"serviceUrl": "a", "weight": 80}, {"serviceUrl": "b", "weight": 20}]}
        """,
        "{}",
        drawn);
    assertThat(calls).containsExactly(called + " {}");
  }

  @Test
  void aSwitchTakesTheFirstStepWhoseConditionTheRequestMeets() throws InterruptedException {
    answers("a", 200, "{}");
    answers("b", 200, "{}");
    String nodes =
        """
        "root": {"routerType": "Switch", "steps": [
          {"serviceUrl": "a", "condition": "[@this].#(decision==\\"A\\")"},
          {"serviceUrl": "b", "condition": "[@this].#(decision==B)"}]}
        """;
    walk(nodes, "{\"decision\":\"B\"}", 0);
    assertThat(calls).containsExactly("b {\"decision\":\"B\"}");
    assertThatThrownBy(() -> walk(nodes, "{\"decision\":\"C\"}", 0))
        .isInstanceOfSatisfying(
            GraphException.class,
            e -> {
              assertThat(e.status()).isEqualTo(404);
              assertThat(e.cause())
                  .isEqualTo("None of the routes matched with the switch condition");
            });
  }

  @Test
  void anEnsemblePutsAnswersSideBySide() throws InterruptedException {
    answers("a", 200, "{\"predictions\":[1]}");
    answers("b", 500, "{\"error\":\"soft\"}");
    String answer =
        walk(
            """
            "root": {"routerType": "Ensemble", "steps": [
              {"name": "first", "serviceUrl": "a"}, {"serviceUrl": "b"}]}
            """,
            "{}",
            0);
    assertThat(answer)
        .isEqualTo("200 {\"first\":{\"predictions\":[1]},\"1\":{\"error\":\"soft\"}}");
  }

  @Test
  void aHardStepThatFailsDecidesTheAnswerOfAnEnsemble() throws InterruptedException {
    answers("a", 200, "{}");
    answers("b", 503, "{\"error\":\"hard\"}");
    String answer =
        walk(
            """
            "root": {"routerType": "Ensemble", "steps": [
              {"serviceUrl": "a"}, {"serviceUrl": "b", "dependency": "Hard"}]}
            """,
            "{}",
            0);
    assertThat(answer).isEqualTo("503 {\"error\":\"hard\"}");
  }

  @Test
  void nodesLeadToNodes() throws InterruptedException {
    answers("a", 200, "{\"predictions\":[1]}");
    answers("b", 200, "{\"predictions\":[2]}");
    String answer =
        walk(
            """
            "root": {"routerType": "Sequence", "steps": [
              {"nodeName": "both"}, {"serviceUrl": "b", "data": "$response"}]},
            "both": {"routerType": "Ensemble", "steps": [{"name": "x", "serviceUrl": "a"}]}
            """,
            "{}",
            0);
    assertThat(answer).isEqualTo("200 {\"predictions\":[2]}");
    assertThat(calls.getLast()).isEqualTo("b {\"x\":{\"predictions\":[1]}}");
  }

  @Test
  void aServiceThatDoesNotAnswerFailsTheGraph() {
    assertThatThrownBy(
            () ->
                walk(
                    "\"root\": {\"routerType\": \"Sequence\", \"steps\": [{\"serviceUrl\":"
                        + " \"x\"}]}",
                    "{}",
                    0))
        .isInstanceOf(GraphException.class)
        .hasMessage("Post \"x\": connection refused");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"nodes":{}}                                                            | no node called root
          {"nodes":{"root":{"routerType":"Loop"}}}                                | invalid route type: Loop
          {"nodes":{"root":{"routerType":"Sequence","steps":[{"nodeName":"x"}]}}} | no node called x
          nonsense                                                                | is no JSON
          """)
  void aGraphThatIsNoneIsRefused(String json, String message) {
    assertThatThrownBy(() -> Graph.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
