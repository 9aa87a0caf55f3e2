import { isVariant } from '../../../lib/model/documents/variants';

test.each(['variants/deny-all.k8s.yaml', 'dist/variants/deny-all.k8s.yaml', 'dist\\variants\\deny-all.k8s.yaml'])(
  '%s is not applied with the rest',
  (file) => {
    expect(isVariant(file)).toBe(true);
  },
);

test.each(['mesh.k8s.yaml', 'variants.yaml', 'my-variants/mesh.yaml', 'variants/shop/mesh.yaml', '<stdin>'])(
  '%s is a file like any other',
  (file) => {
    expect(isVariant(file)).toBe(false);
  },
);
