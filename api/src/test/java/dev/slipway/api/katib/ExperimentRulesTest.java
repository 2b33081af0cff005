package dev.slipway.api.katib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Experiments that are refused, and the words they are refused with. Upstream's cases:
/// `pkg/webhook/v1beta1/experiment/validator/validator_test.go`.
final class ExperimentRulesTest {
  private static final String GOOD =
      """
      apiVersion: kubeflow.org/v1beta1
      kind: Experiment
      metadata: {name: fine, namespace: default}
      spec:
        objective: {type: minimize, goal: 0.01, objectiveMetricName: loss}
        algorithm: {algorithmName: random}
        maxTrialCount: 6
        maxFailedTrialCount: 3
        parameters:
        - {name: lr, parameterType: double, feasibleSpace: {min: "0.01", max: "0.05"}}
        - {name: layers, parameterType: int, feasibleSpace: {min: "1", max: "5"}}
        trialTemplate:
          primaryContainerName: main
          trialParameters:
          - {name: rate, reference: lr}
          - {name: depth, reference: layers}
          trialSpec:
            apiVersion: batch/v1
            kind: Job
            metadata: {labels: {app: x}, annotations: {who: me}}
            spec:
              template:
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: busybox
                    command: [sh, -c, "train --lr=${trialParameters.rate} --d=${trialParameters.depth}"]
      """;

  @Test
  void aUsualExperimentIsTaken() {
    assertThat(new Asked().problems(GOOD)).isEmpty();
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      maxCharsPerColumn = 1000,
      textBlock =
          """
          # written                     | instead                        | problem begins with
          name: fine                    | name: 1234-test                | metadata.name: Invalid value: "1234-test": name must consist of
          name: fine                    | name: a-name-that-has-one-and-forty-characters- | metadata.name: Invalid value
          maxFailedTrialCount: 3        | maxFailedTrialCount: -1        | spec.maxFailedTrialCount: Invalid value: -1: should not be less than 0
          maxFailedTrialCount: 3        | maxFailedTrialCount: 7         | spec.maxFailedTrialCount: Invalid value: 7: should be less than or equal to spec.maxTrialCount
          maxTrialCount: 6              | maxTrialCount: 0               | spec.maxTrialCount: Invalid value: 0: must be greater than 0
          maxTrialCount: 6              | maxTrialCount: 2               | spec.parallelTrialCount: Invalid value: 3: should be less than or equal to spec.maxTrialCount
          maxTrialCount: 6              | parallelTrialCount: 0          | spec.parallelTrialCount: Invalid value: 0: must be greater than 0
          type: minimize                | type: best                     | spec.objective.type: Invalid value: "best": must be minimize or maximize
          , objectiveMetricName: loss   | ''                             | spec.objective.objectiveMetricName: Required value: must be specified
          objectiveMetricName: loss     | objectiveMetricName: loss, additionalMetricNames: [loss] | spec.objective.additionalMetricNames: Invalid value
          algorithmName: random         | algorithmName: chance          | spec.algorithm.algorithmName: Invalid value: "chance": unable to get Suggestion config data for algorithm chance: failed to find suggestion config for algorithm: chance in ConfigMap: katib-config
          {algorithmName: random}       | {}                             | spec.algorithm.algorithmName: Required value: must be specified
          maxTrialCount: 6              | earlyStopping: {algorithmName: never} | spec.earlyStopping.algorithmName: Invalid value: "never": unable to get EarlyStopping config data for algorithm never
          maxTrialCount: 6              | resumePolicy: Sometimes        | spec.resumePolicy: Invalid value: "Sometimes": invalid ResumePolicyType
          parameterType: double         | parameterType: float           | spec.parameters[0].parameterType: Invalid value: "float": parameterType: float is not supported
          max: "0.05"                   | max: "0.05", distribution: odd | spec.parameters[0].feasibleSpace.distribution: Invalid value: "odd": distribution: odd is not supported
          {min: "0.01", max: "0.05"}    | {}                             | spec.parameters[0].feasibleSpace: Required value: feasibleSpace must be specified
          max: "0.05"                   | list: [a]                      | spec.parameters[0].feasibleSpace.list: Invalid value: ["a"]: feasibleSpace.list is not supported for parameterType: double
          , max: "0.05"                 | ''                             | spec.parameters[0].feasibleSpace.max: Required value: feasibleSpace.max or feasibleSpace.min must be specified for parameterType: double
          parameterType: double         | parameterType: categorical     | spec.parameters[0].feasibleSpace: Invalid value: {"min":"0.01","max":"0.05","distribution":"uniform"}: feasibleSpace .max, .min and .step is not supported for parameterType: categorical
          max: "0.05"                   | max: much                      | spec.parameters[0].feasibleSpace.max: Invalid value: "much": must be a number
          max: "5"                      | max: "5.5"                     | spec.parameters[1].feasibleSpace.max: Invalid value: "5.5": must be a whole number
          name: layers                  | name: lr                       | spec.parameters[1].name: Duplicate value: "lr"
          primaryContainerName: main    | retain: true                   | spec.trialTemplate.primaryContainerName: Required value: must be specified
          kind: Job                     | kind: Workflow                 | spec.trialTemplate: Required value: successCondition and failureCondition must be specified
          name: depth, reference: layers | name: depth                   | spec.trialTemplate.trialParameters[1]: Invalid value: "": name and reference must be specified
          name: depth                   | name: "{depth"                 | spec.trialTemplate.trialParameters[1]: Invalid value: "": name and reference must be specified and name must not contain
          name: depth                   | name: rate                     | spec.trialTemplate.trialParameters[1].name: Invalid value: "rate": parameter name rate can't be duplicated
          reference: layers             | reference: lr                  | spec.trialTemplate.trialParameters[1].reference: Invalid value: "lr": parameter reference lr can't be duplicated
          reference: layers             | reference: width               | spec.trialTemplate.trialParameters[1].reference: Invalid value: "width": parameter reference width does not exist in spec.parameters
          ${trialParameters.depth}      | 3                              | spec.trialTemplate.trialParameters[1].name: Invalid value: "depth": parameter name: depth in spec.trialParameters not found in spec.trialTemplate
          --d=                          | --w=${trialParameters.w} --d=  | spec.trialTemplate: Invalid value: "": parameters: [${trialParameters.w}] in spec.trialTemplate not found in spec.trialParameters
          metadata: {labels             | metadata: {name: a, labels     | spec.trialTemplate: Invalid value: "": metadata.name and metadata.namespace in spec.trialTemplate must be omitted
          apiVersion: batch/v1          | other: batch/v1                | spec.trialTemplate: Required value: APIVersion and Kind in spec.trialTemplate must be specified
          image: busybox                | imag: busybox                  | spec.trialTemplate: Invalid value: "": invalid spec.trialTemplate: unable to convert: /spec/template/spec/containers/0/imag
          maxTrialCount: 6              | nasConfig: {operations: []}    | spec: Invalid value: "": only one of spec.parameters and spec.nasConfig can be specified
          maxTrialCount: 6              | metricsCollectorSpec: {collector: {kind: Odd}} | spec.metricsCollectorSpec.collector.kind: Invalid value: "Odd": invalid metrics collector kind: Odd
          maxTrialCount: 6              | metricsCollectorSpec: {collector: {kind: File}, source: {fileSystemPath: {path: a.log}}} | spec.metricsCollectorSpec.source.fileSystemPath.path: Required value
          maxTrialCount: 6              | metricsCollectorSpec: {collector: {kind: File}, source: {filter: {}, fileSystemPath: {format: JSON}}} | spec.metricsCollectorSpec.source.filter: Invalid value
          maxTrialCount: 6              | metricsCollectorSpec: {collector: {kind: TensorFlowEvent}, source: {fileSystemPath: {kind: File}}} | spec.metricsCollectorSpec.source: Required value: directory path
          maxTrialCount: 6              | metricsCollectorSpec: {collector: {kind: PrometheusMetric}, source: {httpGet: {port: web}}} | spec.metricsCollectorSpec.source.httpGet.port: Invalid value: "web"
          maxTrialCount: 6              | metricsCollectorSpec: {collector: {kind: PrometheusMetric}, source: {httpGet: {path: m}}} | spec.metricsCollectorSpec.source.httpGet.path: Invalid value: "m"
          maxTrialCount: 6              | metricsCollectorSpec: {collector: {kind: Custom}} | spec.metricsCollectorSpec.collector.customCollector: Required value
          maxTrialCount: 6              | metricsCollectorSpec: {source: {filter: {metricsFormat: ["(x"]}}} | spec.metricsCollectorSpec.source.filter.metricsFormat: Invalid value: "(x": invalid filter
          maxTrialCount: 6              | metricsCollectorSpec: {source: {filter: {metricsFormat: ["(x)"]}}} | spec.metricsCollectorSpec.source.filter.metricsFormat: Invalid value: "(x)": two top subexpressions are required
          """)
  void oneThingWrongIsOneProblem(String written, String instead, String problem) {
    List<String> problems =
        new Asked()
            .problems(
                GOOD.replaceFirst(
                    java.util.regex.Pattern.quote(written),
                    java.util.regex.Matcher.quoteReplacement(instead)));
    assertThat(problems).anyMatch(each -> each.startsWith(problem));
  }

  /// Katib's own example of a file collector has braces that Java's expressions would refuse.
  @Test
  void filtersAreGosExpressions() {
    String filter = "{metricName: ([\\\\w|-]+), metricValue: ((-?\\\\d+)(\\\\.\\\\d+)?)}";
    assertThat(
            new Asked()
                .problems(
                    GOOD.replace(
                        "maxTrialCount: 6",
                        "metricsCollectorSpec: {source: {filter: {metricsFormat: [\""
                            + filter
                            + "\"]}}}")))
        .isEmpty();
  }

  @Test
  void allProblemsAreToldAtOnce() {
    var wrong =
        GOOD.replace("name: fine", "name: Wrong")
            .replace("algorithmName: random", "algorithmName: chance")
            .replace("maxTrialCount: 6", "maxTrialCount: -1")
            .replace("primaryContainerName: main", "retain: true");
    assertThat(new Asked().problems(wrong)).hasSizeGreaterThanOrEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"${trialSpec.Name}", "${trialSpec.Annotations[who]}", "${trialSpec.Labels[app]}"})
  void aTrialParameterMayNameTheTrialItself(String reference) {
    var asked = new Asked();
    assertThat(asked.problems(GOOD.replace("reference: layers", "reference: \"" + reference + '"')))
        .isEmpty();
    assertThat(asked.warned).anyMatch(each -> each.contains("no trial can be made"));
  }

  @Test
  void anAlgorithmOfTheConfigurationIsTaken() {
    var asked =
        new Asked()
            .with(
                "kubeflow",
                "katib-config",
                """
                data:
                  katib-config.yaml: |
                    runtime: {suggestions: [{algorithmName: mine, endpoint: "127.0.0.1:1"}]}
                """);
    assertThat(asked.problems(GOOD.replace("algorithmName: random", "algorithmName: mine")))
        .isEmpty();
  }

  @Test
  void aTemplateOfAConfigMapIsReadAndJudged() {
    String inline = GOOD.substring(GOOD.indexOf("    trialSpec:"));
    String map =
        GOOD.replace(
            inline,
            """
            successCondition: a
            failureCondition: b
            configMap: {configMapName: t, configMapNamespace: kubeflow, templatePath: job.yaml}
            """
                .indent(4));
    assertThat(new Asked().problems(map))
        .containsExactly(
            "spec.trialTemplate: Invalid value: \"\": unable to parse spec.trialTemplate: configMap"
                + " not found: ConfigMap \"kubeflow/t\" not found");
    var asked =
        new Asked()
            .with(
                "kubeflow",
                "t",
                """
                data:
                  job.yaml: |
                    apiVersion: batch/v1
                    kind: Job
                    spec: {backoffLimit: ${trialParameters.rate}, suspend: ${trialParameters.depth}}
                """);
    assertThat(asked.problems(map)).isEmpty();
  }

  private static ObjectNode stored(String status) {
    ObjectNode stored = new Asked().completed(GOOD);
    stored.set("status", Json.parseObject(status));
    return stored;
  }

  private static List<String> edit(ObjectNode before, String field, int value, String policy) {
    ObjectNode old = before.deepCopy();
    ((ObjectNode) old.path("spec")).put("resumePolicy", policy);
    ObjectNode now = old.deepCopy();
    ((ObjectNode) now.path("spec")).put(field, value);
    return new Asked().replacing(old).judged(now);
  }

  @Test
  void onlyTheBudgetMayChange() {
    assertThat(edit(stored("{}"), "parallelTrialCount", 2, "Never")).isEmpty();
    assertThat(edit(stored("{\"trials\":6}"), "maxTrialCount", 6, "Never")).isEmpty();
    assertThat(edit(stored("{\"trials\":6}"), "parallelTrialCount", 2, "Never"))
        .containsExactly(
            "spec.maxTrialCount: Invalid value: 6: must be greater than status.trials count");
    assertThat(edit(stored("{}"), "odd", 2, "Never"))
        .containsExactly(
            "spec: Forbidden: only spec.parallelTrialCount, spec.maxTrialCount and"
                + " spec.maxFailedTrialCount are editable");
  }

  @ParameterizedTest
  @CsvSource({
    "LongRunning,ExperimentMaxTrialsReached,true",
    "FromVolume,ExperimentMaxTrialsReached,true",
    "Never,ExperimentMaxTrialsReached,false",
    "LongRunning,ExperimentGoalReached,false"
  })
  void aFinishedExperimentGoesOnOnlyWhereItMayResume(
      String policy, String reason, boolean allowed) {
    ObjectNode done =
        stored(
            """
            {"trials":6,"conditions":[{"type":"Succeeded","status":"True","reason":"%s"}]}
            """
                .formatted(reason));
    assertThat(edit(done, "maxTrialCount", 9, policy).isEmpty()).isEqualTo(allowed);
  }

  @Test
  void defaultsAreThoseOfKatib() {
    ObjectNode spec = (ObjectNode) new Asked().completed(GOOD).path("spec");
    assertThat(spec.path("parallelTrialCount").asInt()).isEqualTo(3);
    assertThat(Json.text(spec, "resumePolicy")).isEqualTo("Never");
    assertThat(Json.text(spec, "metricsCollectorSpec", "collector", "kind")).isEqualTo("StdOut");
    assertThat(Json.at(spec, "objective", "metricStrategies").toString())
        .isEqualTo("[{\"name\":\"loss\",\"value\":\"min\"}]");
    assertThat(Json.text(spec, "trialTemplate", "successCondition"))
        .isEqualTo("status.conditions.#(type==\"Complete\")#|#(status==\"True\")#");
    assertThat(
            spec.path("parameters").path(0).path("feasibleSpace").path("distribution").asString())
        .isEqualTo("uniform");
  }
}
