package dev.slipway.engines.pmml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.inference.engine.InferenceException;
import dev.slipway.inference.engine.ModelLoadException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Documents that are damaged or mean harm are refused, and nothing else happens.
final class HostileDocumentTest {
  private static final String SOUND =
      Documents.of(
          Documents.FIELDS,
          "<TreeModel functionName=\"classification\">"
              + Documents.schema("k")
              + """
              <Output><OutputField name="p" feature="probability" value="yes"/></Output>
              <LocalTransformations><DerivedField name="d" optype="continuous" dataType="double">
              <Apply function="+"><FieldRef field="x"/><Constant>1</Constant></Apply>
              </DerivedField></LocalTransformations>
              <Node score="yes"><True/><Node score="no">
              <SimplePredicate field="d" operator="lessThan" value="0"/></Node>
              <Node score="yes"><SimplePredicate field="c" operator="equal" value="red"/></Node>
              </Node></TreeModel>
              """
                  .strip());

  private static void refused(String document, String... parts) {
    assertThatThrownBy(() -> Documents.load(document))
        .isInstanceOf(ModelLoadException.class)
        .satisfies(problem -> assertThat(problem.getMessage()).contains(parts));
  }

  @Test
  void refusesDocumentTypesAndSoEntities() {
    var bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE PMML [<!ENTITY a \"aaaaaaaaaa\">"
            + "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><PMML version=\"4.4\">&b;</PMML>";
    refused(bomb, "DOCTYPE", "not allowed");
    refused("<!DOCTYPE PMML SYSTEM \"file:///etc/passwd\"><PMML/>", "DOCTYPE");
    refused("<PMML>&undeclared;</PMML>", "");
  }

  @Test
  void refusesDepth() {
    refused("<PMML>" + "<a>".repeat(100_000), "nested deeper than");
  }

  @Test
  void refusesFunctionsThatCallEachOther() {
    var dictionary = new StringBuilder("</DataDictionary><TransformationDictionary>");
    for (int i = 0; i < 60; i++) {
      var call = "<Apply function=\"f%d\"><FieldRef field=\"p\"/></Apply>".formatted(i + 1);
      var body =
          i == 59 ? "<FieldRef field=\"p\"/>" : "<Apply function=\"+\">" + call + call + "</Apply>";
      dictionary.append(
          "<DefineFunction name=\"f%d\" optype=\"continuous\"><ParameterField name=\"p\"/>%s</DefineFunction>"
              .formatted(i, body));
    }
    dictionary.append("</TransformationDictionary>");
    var document =
        SOUND
            .replace("</DataDictionary>", dictionary)
            .replace(
                "<FieldRef field=\"x\"/>",
                "<Apply function=\"f0\"><FieldRef field=\"x\"/></Apply>");
    refused(document, "more than");
    refused(document.replace("f59\"><FieldRef", "f0\"><FieldRef"), "calls itself");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          <True/>                  | <Sometimes/>              | a predicate is missing
          TreeModel                | TimeSeriesModel           | TimeSeriesModel
          operator="lessThan"      | operator="near"           | operator="near"
          value="0"                | value="zero"              | "zero"
          field="d"                | field="e"                 | no field e
          field="x"                | field="d"                 | depends on itself
          function="+"             | function="frobnicate"     | no function frobnicate
          feature="probability"    | feature="standardError"   | standardError
          dataType="string"        | dataType="complex"        | complex
          version="1.0"            | version="7.0"             | XML
          <MiningField name="x"/>  | <MiningField name="q"/>   | no DataField q
          functionName="classification" | functionName="sequences" | functionName="sequences"
          """)
  void saysWhatIsWrong(String from, String to, String message) {
    assertThat(SOUND).contains(from);
    refused(SOUND.replace(from, to), message);
  }

  @Test
  void refusesWhatIsCutOff() {
    var whole = SOUND.getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < whole.length; length++) {
      var part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Documents.load(part))
          .as("cut at " + length)
          .isInstanceOf(ModelLoadException.class);
    }
  }

  @Test
  void survivesMutation() throws Exception {
    long seed = 20_240_607;
    var random = new Random(seed);
    var whole = SOUND.getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 3_000; round++) {
      var bytes = whole.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(96));
      }
      try (var model = Documents.load(bytes)) {
        Documents.ask(model, "x=-3 c=red");
      } catch (ModelLoadException | InferenceException expected) {
        assertThat(expected.getMessage()).isNotBlank();
      } catch (RuntimeException problem) {
        fail("seed " + seed + " round " + round, problem);
      }
    }
  }

  @Test
  void countsInAttributesReserveNothing() {
    var huge =
        Documents.of(
            Documents.FIELDS,
            "<ClusteringModel functionName=\"clustering\" modelClass=\"centerBased\""
                + " numberOfClusters=\"2000000000\">"
                + Documents.schema("y")
                + "<ComparisonMeasure kind=\"distance\"><euclidean/></ComparisonMeasure>"
                + "<ClusteringField field=\"x\"/><Cluster>"
                + "<Array n=\"2000000000\" type=\"real\">1</Array></Cluster></ClusteringModel>");
    refused(huge, "2000000000", "there are 1");
  }
}
