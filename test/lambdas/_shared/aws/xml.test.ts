import { elements, firstText, unescapeXml } from '../../../../lambdas/_shared/aws/xml.ts';

describe('Reading S3 answers', () => {
  it('finds every element of a name, in order', () => {
    expect(elements('<r><k>a</k><k></k><other>x</other><k>b</k></r>', 'k')).toEqual(['a', '', 'b']);
  });

  it('takes a cut answer for what it holds, without an error', () => {
    expect(elements('<r><k>a</k><k>b', 'k')).toEqual(['a']);
    expect(firstText('<r>', 'k')).toBeUndefined();
  });

  it.each([
    ['&lt;a&gt; &amp;amp; &quot;b&quot; &apos;', '<a> &amp; "b" \''],
    ['&#252; &#x1F69A;', 'ü 🚚'],
    ['&unknown; &#x110000; &', '&unknown; &#x110000; &'],
  ])('unescapes %s once', (escaped, plain) => {
    expect(unescapeXml(escaped)).toBe(plain);
  });
});
