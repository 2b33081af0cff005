package dev.slipway.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RestartPolicyTest {
  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # pod     | own       | init  | code | again | why
          Always    | ''        | false |  0   | true  | a server is to run
          Always    | ''        | false |  1   | true  | whatever its end
          OnFailure | ''        | false |  0   | false | its work is done
          OnFailure | ''        | false |  137 | true  | it was cut off
          Never     | ''        | false |  1   | false | once is all it gets
          Always    | ''        | true  |  0   | false | a step that is done lets the next begin
          Always    | ''        | true  |  1   | true  | a step is tried until it is done
          OnFailure | ''        | true  |  1   | true  | here too
          Never     | ''        | true  |  1   | false | a step that fails fails the pod
          Never     | Always    | true  |  0   | true  | a sidecar runs as long as its pod
          Never     | OnFailure | false |  3   | true  | the container's own counts first
          """)
  void after(String pod, String own, boolean init, int code, boolean again, String why) {
    var container = Json.object();
    if (!own.isEmpty()) {
      container.put("restartPolicy", own);
    }
    var tree = Json.object();
    tree.putObject("spec").put("restartPolicy", pod);

    var policy = RestartPolicy.of(Resource.of(Kinds.POD, tree), container, init);

    assertThat(policy.after(code)).as(why).isEqualTo(again);
  }
}
