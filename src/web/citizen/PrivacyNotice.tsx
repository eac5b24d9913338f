/** What is collected, who sees it and for how long, in plain words. */
export function PrivacyNotice() {
  return (
    <section className="field-card" aria-label="个人信息说明">
      <h2>您的信息怎么用</h2>
      <ul className="citizen-privacy">
        <li>
          <strong>收集什么：</strong>您写的内容、照片、位置；称呼和电话只在您愿意填时收集。
        </li>
        <li>
          <strong>谁能看到：</strong>
          问题内容交给办理人员。称呼和电话加密保存，只有创城专席、值班长和审计管理员说明事由后才能查看，每次查看都有记录。
        </li>
        <li>
          <strong>绝不给谁：</strong>称呼和电话不会给被反映的单位。
        </li>
        <li>
          <strong>照片：</strong>照片里的拍摄时间和位置用于核实问题，请尽量不要拍到他人正脸。
        </li>
        <li>
          <strong>查询码：</strong>
          在您的手机上生成，我们只存它的校验值。请自己记好，丢失后无法找回。
        </li>
        <li>
          <strong>您可以：</strong>要求删除您的称呼和电话。删除后不可恢复，不影响问题办理。
        </li>
      </ul>
    </section>
  );
}
