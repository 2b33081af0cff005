package dev.slipway.api.katib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Older forms of experiments, and what they become.
final class ExperimentDialectTest {
  /// As an article has it: `kubeflow.org/v1`, flat parameters, and a template in Go's language.
  private static final String ARTICLE =
      """
      apiVersion: kubeflow.org/v1
      kind: Experiment
      metadata:
        name: tfjob-experiment
        namespace: default
      spec:
        objective:
          type: maximize
          goal: 0.99
          objectiveMetricName: accuracy
        algorithm:
          algorithmName: bayesianoptimization
        parameters:
          - name: learning_rate
            parameterType: double
            minValue: 0.01
            maxValue: 0.1
        trialTemplate:
          goTemplate:
            rawTemplate: |
              apiVersion: batch/v1
              kind: Job
              metadata:
                name: {{.Trial}}
              spec:
                template:
                  spec:
                    containers:
                    - name: {{.Trial}}
                      image: tensorflow/tensorflow:latest-gpu
                      command:
                      - python
                      - /opt/ml/train.py
                      - --learning_rate={{.Values.learning_rate}}
      """;

  @Test
  void theArticlesExperimentIsTakenAsItIs() {
    var asked = new Asked();
    assertThat(asked.problems(ARTICLE)).isEmpty();
    assertThat(asked.warned)
        .anyMatch(each -> each.contains("spec.parameters[0].minValue"))
        .anyMatch(each -> each.contains("goTemplate"))
        .anyMatch(each -> each.contains("restartPolicy"))
        .anyMatch(each -> each.contains("maxTrialCount"));
  }

  @Test
  void itsTemplateGivesAJobOfEachTrial() {
    JsonNode spec = new Asked().completed(ARTICLE).path("spec");
    assertThat(spec.path("parameters").path(0).path("feasibleSpace").toString())
        .isEqualTo("{\"min\":\"0.01\",\"max\":\"0.1\",\"distribution\":\"uniform\"}");
    JsonNode template = spec.path("trialTemplate");
    var job =
        new TrialTemplate.Inline(template.path("trialSpec"))
            .of(
                "t-1",
                "default",
                template.path("trialParameters"),
                Map.of("learning_rate", "0.05"));
    assertThat(Json.text(job, "metadata", "name")).isEqualTo("t-1");
    JsonNode container = Json.at(job, "spec", "template", "spec", "containers").path(0);
    assertThat(Json.text(container, "name")).isEqualTo("t-1");
    assertThat(container.path("command").path(2).asString()).isEqualTo("--learning_rate=0.05");
    assertThat(Json.text(job, "spec", "template", "spec", "restartPolicy")).isEqualTo("Never");
    assertThat(Json.text(template, "primaryContainerName"))
        .isEqualTo("${trialParameters.trialName}");
  }

  @Test
  void aTemplateMayGoThroughItsParameters() {
    String indent = " ".repeat(16);
    String old =
        ARTICLE.replace(
            "- --learning_rate={{.Values.learning_rate}}",
            String.join(
                "\n" + indent,
                "{{- with .HyperParameters}}",
                "{{- range .}}",
                "- \"{{.Name}}={{.Value}}\"",
                "{{- end}}",
                "{{- end}}"));
    JsonNode template = new Asked().completed(old).path("spec").path("trialTemplate");
    assertThat(Json.at(template, "trialSpec", "spec", "template", "spec", "containers").toString())
        .contains("\"learning_rate=${trialParameters.learning_rate}\"");
  }

  @Test
  void aTemplateThatCannotBeReadSaysWhy() {
    String broken = ARTICLE.replace("{{.Values.learning_rate}}", "{{.Values.rate}}");
    assertThat(new Asked().problems(broken))
        .containsExactly(
            "spec.trialTemplate.goTemplate: Invalid value: \"\": {{.Values.rate}} names nothing"
                + " that is there");
  }

  @Test
  void appliedAgainItStaysAsItWasStored() {
    var stored = new Asked().completed(ARTICLE);
    assertThat(new Asked().replacing(stored).problems(ARTICLE)).isEmpty();
  }
}
