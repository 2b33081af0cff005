package dev.slipway.engines.sklearn.text;

import dev.slipway.engines.sklearn.Agreement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class TextAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsTheNewestLibraryDoes() {
    return Agreement.of("text.py", Agreement.SKLEARN).tests();
  }

  @TestFactory
  Stream<DynamicTest> answersAsAnOlderLibraryDoes() {
    return Agreement.of("text.py", Agreement.OLD).tests();
  }
}
