/// Model files from anywhere on this machine's disk: [dev.slipway.inference.artifact.Artifacts]
/// turns a URI into a local path through a cache that processes share. Behaviour follows KServe's
/// storage initializer (0.20); what it leaves out are git, HDFS and Azure file shares. Read first:
/// [dev.slipway.inference.artifact.Artifacts], [dev.slipway.inference.artifact.Location],
/// [dev.slipway.inference.artifact.Credentials].
@NullMarked
package dev.slipway.inference.artifact;

import org.jspecify.annotations.NullMarked;
