import { optimizeLess } from '../../lib/base/optimize-less';

// As commands do: it takes a tenth less processor time.
optimizeLess();
