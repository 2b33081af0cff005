package dev.slipway.node.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which environment an image leads to.
final class ImageTableTest {
  @ParameterizedTest(name = "{0} → {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tensorflow/tensorflow:2.15.0                            | tensorflow | the image itself
          docker.io/tensorflow/tensorflow:2.8.0-gpu               | tensorflow | with its registry
          tensorflow/tensorflow@sha256:0123                       | tensorflow | by digest
          registry.example.com:5000/team/tensorflow:x             | tensorflow | a mirror with a port
          gcr.io/kubeflow-ci/tf-dist-mnist-test:1.0               | tensorflow | the training operator's example
          kubeflow/tf-mnist-with-summaries:latest                 | tensorflow | the same
          mpioperator/tensorflow-benchmarks                       | tensorflow | the MPI operator's example
          jupyter/tensorflow-notebook                             | tensorflow | a notebook
          pytorch/pytorch:2.1.0-cuda11.8-cudnn8-runtime           | pytorch    | the image itself
          docker.io/kubeflow/pytorch-dist-mnist:latest            | pytorch    | the training operator's example
          docker.io/kubeflowkatib/pytorch-mnist-cpu:latest        | pytorch    | Katib's example
          nvcr.io/nvidia/pytorch:24.01-py3                        | pytorch    | a vendor's build
          kubeflow/xgboost-dist-iris:latest                       | xgboost    | the training operator's example
          kubeflow/lightgbm-dist-py-test:1.0                      | lightgbm   | the same
          kubeflow/jaxjob-simple:latest                           | jax        | the training operator's example
          docker.io/kubeflow/jaxjob-dist-spmd-mnist               | jax        | the same
          registry.example.com/jax:0.4                            | jax        | the image itself
          paddlepaddle/paddle:2.4.0rc0-cpu                        | paddle     | the Paddle example
          rayproject/ray:2.9.0-py39                               | ray        | the image itself
          rayproject/ray-ml:2.9.0                                 | ray        | with libraries
          ghcr.io/mlflow/mlflow:v2.9.2                            | mlflow     | the image itself
          python:3.11-slim                                        | python     | the image itself
          docker.io/library/python                                | python     | in full
          continuumio/miniconda3                                  | python     | a distribution
          eclipse-temurin:21-jre                                  | java       | a JDK
          busybox:1.36                                            | machine    | no environment
          alpine                                                  | machine    | no environment
          my-ai-trainer:latest                                    | machine    | unknown
          slipway/function-python                                 | python     | functions have a Python
          slipway/function-python:tensorflow                      | tensorflow | which their tag names
          slipway/function-java                                   | java       | functions in Java have a JDK
          """)
  void leadsToTheEnvironmentItsNameSays(String image, String environment, String why) {
    var found = ImageTableYaml.standard().of(ImageName.parse(image));
    assertThat(found.map(Definition::name).orElse(ImageTable.MACHINE))
        .as(why)
        .isEqualTo(environment);
  }

  @ParameterizedTest(name = "{0} {2} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          trainer          | team/trainer:1            | true  | no slash: the last part counts
          trainer          | team/trainer-gpu:1        | false | all of it
          team/trainer     | docker.io/team/trainer    | true  | Docker's registry is left out
          team/trainer     | ghcr.io/team/trainer      | false | others are not
          *team/trainer    | ghcr.io/team/trainer      | true  | a star crosses slashes
          trainer:2.*      | team/trainer:2.1          | true  | with a tag
          trainer:2.*      | team/trainer:3.1          | false | with another tag
          trainer:latest   | team/trainer              | true  | no tag is latest
          'a|b'            | x/b:1                     | true  | alternatives
          a.b              | axb                       | false | a dot is a dot
          host:5000/x      | host:5000/x:1             | true  | a port is no tag
          """)
  void patternMatches(String pattern, String image, boolean matches, String why) {
    assertThat(ImagePattern.of(pattern).matches(ImageName.parse(image))).as(why).isEqualTo(matches);
  }

  @Test
  void firstMatchCounts() {
    var read =
        ImageTableYaml.read(
            Map.of(
                "images",
                """
                - {image: "special", environment: mine}
                - {image: "*", environment: machine}
                """,
                "environments",
                "mine: {path: /opt/venv}"));
    assertThat(read.problems()).isEmpty();
    assertThat(read.table().of(ImageName.parse("x/special:1")).orElseThrow())
        .isEqualTo(
            new Definition.Python(
                "mine", List.of(), List.of(), java.util.Optional.of("/opt/venv")));
    assertThat(read.table().of(ImageName.parse("python:3"))).isEmpty();
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          images       | - {image: x}               | data.images[0]: found {"image":"x"}, expected image and environment
          images       | image: x                   | data.images: expected a list of {image, environment}
          images       | - {image: x, environment: y, env: z} | data.images[0].env: no such field (expected one of: command, environment, files, image)
          images       | - [                        | data.images line 1: no YAML
          environments | x: {packages: torch}       | data.environments.x.packages: found "torch", expected a list
          environments | x: {pakages: [torch]}      | data.environments.x.pakages: no such field
          environments | X/y: {}                    | data.environments.X/y: a name is of
          """)
  void whatCannotBeReadIsNamed(String key, String text, String problem) {
    var read = ImageTableYaml.read(Map.of(key, text));
    assertThat(read.problems()).anyMatch(each -> each.startsWith(problem));
  }

  @Test
  void whatAKeyLeavesOutIsAsShipped() {
    var read = ImageTableYaml.read(Map.of("images", "- {image: mine, environment: pytorch}"));
    assertThat(read.problems()).isEmpty();
    assertThat(read.table().definition("pytorch"))
        .isEqualTo(ImageTableYaml.standard().definition("pytorch"));
  }

  @ParameterizedTest(name = "{0} {1} + {2} → {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          python:3            | sh -c x    | y               | sh -c x y                | a command counts, with its arguments
          python:3            |            |                 | python3                  | the image's own
          python:3            |            | -c print(1)     | python3 -c print(1)      | options are Python's
          python:3            |            | train.py --n 1  | python3 train.py --n 1   | a script too
          python:3            |            | pip list        | pip list                 | a program is one
          tensorflow/tensorflow |          |                 | bash                     | its default is a shell
          ghcr.io/mlflow/mlflow |          | server --port 1 | mlflow server --port 1   | a subcommand
          ghcr.io/mlflow/mlflow |          | mlflow ui       | mlflow ui                | or all of it
          rayproject/ray      |            | start --head    | ray start --head         | a subcommand
          busybox             |            |                 | sh                       | a shell
          busybox             |            | echo hi         | echo hi                  | a program
          eclipse-temurin:21  |            | -jar a.jar      | java -jar a.jar          | options are Java's
          unknown/x           |            | -v              | -v                       | nobody knows whose
          unknown/x           |            |                 |                          | nobody knows
          """)
  void runsWhatTheImageWould(String image, String command, String args, String words, String why) {
    var found = EntryPoint.of(ImageName.parse(image)).words(split(command), split(args));
    assertThat(String.join(" ", found)).as(why).isEqualTo(words == null ? "" : words);
  }

  private static List<String> split(String words) {
    return words == null ? List.of() : List.of(words.split(" ", -1));
  }

  @Test
  void anImageMayBringFilesAndACommand() {
    var read =
        ImageTableYaml.read(
            Map.of(
                "images",
                "- {image: mine, environment: machine, files: {/app: /srv/app/.}, command: [a,"
                    + " b]}\n"
                    + "- {image: wrong, environment: machine, files: {app: /srv}}\n"
                    + "- {image: odd, environment: machine, files: [x]}\n"));
    var table = read.table();
    assertThat(table.content(ImageName.parse("registry.example.com/mine:1")))
        .isEqualTo(new ImageContent(Map.of("/app", Path.of("/srv/app")), List.of("a", "b")));
    assertThat(table.content(ImageName.parse("busybox"))).isEqualTo(ImageContent.NONE);
    assertThat(read.problems())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("data.images[1].files: found app: \"/srv\""),
            second -> assertThat(second).startsWith("data.images[2].files: found [\"x\"]"));
  }
}
