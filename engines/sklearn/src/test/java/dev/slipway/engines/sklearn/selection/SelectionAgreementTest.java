package dev.slipway.engines.sklearn.selection;

import dev.slipway.engines.sklearn.Agreement;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class SelectionAgreementTest {
  @TestFactory
  Stream<DynamicTest> answersAsTheNewestLibraryDoes() {
    return Agreement.of("selection.py", Agreement.SKLEARN).tests();
  }

  @TestFactory
  Stream<DynamicTest> answersAsAnOlderLibraryDoes() {
    return Agreement.of("selection.py", Agreement.OLD).tests();
  }
}
