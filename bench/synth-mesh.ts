/** A program as a user's is: `node build/bench/synth-mesh.js SERVICES DIRECTORY [unchecked]`. */
import { meshOf } from './mesh-of';

const [services = '', outdir = '', unchecked] = process.argv.slice(2);
meshOf(Number(services), { outdir, check: unchecked === undefined }).synth();
